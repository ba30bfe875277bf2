// A quad per capsule in the ground texture: for its shadow or, with OCCLUSION, the sky it hides.
layout(location = 1) in vec4 end_a;
layout(location = 2) in vec4 end_b;
layout(location = 3) in vec4 stretch;
out vec3 place;          // of the ground from end a; for shadows, z runs along the light
flat out vec3 span;      // of end b, likewise
flat out vec2 radii;
flat out vec3 widening;  // a radius along the unit vector d grows by sqrt(1 + dot(d, widening)^2)

void main() {
    float more = length(stretch.xyz);
    vec2 widest = vec2(end_a.w, end_b.w) * (1.0 + more);
    vec2 top = vec2(end_a.y, end_b.y);
    bool shown = max(top.x + end_a.w, top.y + end_b.w) > 0.0;
#ifdef OCCLUSION
    mat3 axes = mat3(1.0);
    vec2 slide = vec2(0.0);
    vec2 reach = 3.0 * widest;
    shown = shown && min(top.x - end_a.w, top.y - end_b.w) < 0.45;
#else
    vec3 side = normalize(cross(vec3(0, 0, 1), lamp.xyz));
    mat3 axes = transpose(mat3(side, cross(lamp.xyz, side), -lamp.xyz));
    vec2 slide = lamp.xz / lamp.y;
    vec2 reach = (widest + lamp.w * max(top, 0.0) / lamp.y) / lamp.y + 0.02;
#endif
    vec2 a = end_a.xz - slide * top.x, b = end_b.xz - slide * top.y;
    float r = max(reach.x, reach.y);
    float distance = length(b - a);
    vec2 along = distance > 1e-5 ? (b - a) / distance : vec2(1, 0);
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 ground = mix(a - along * r, b + along * r, corner.x);
    ground += vec2(-along.y, along.x) * mix(-r, r, corner.y);
    vec2 clip = (ground - shade.xy) * shade.z * 2.0 - 1.0;
    gl_Position = shown ? vec4(clip, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
    place = axes * (vec3(ground.x, 0.0, ground.y) - end_a.xyz);
    span = axes * (end_b.xyz - end_a.xyz);
    radii = vec2(end_a.w, end_b.w);
    widening = axes * stretch.xyz * (more > 0.0 ? sqrt(1.0 + 2.0 / more) : 0.0);
}
