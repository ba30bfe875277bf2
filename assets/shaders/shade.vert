// Two quads per capsule in the ground texture: its cast shadow, and the sky it hides nearby.
layout(location = 1) in vec4 end_a;
layout(location = 2) in vec4 end_b;
layout(location = 3) in vec4 stretch;
layout(location = 4) in vec4 tint;
out vec2 ground;
flat out vec4 ball_a;
flat out vec4 ball_b;
flat out vec3 widening;
flat out float contact;

void main() {
    vec2 slide = lamp.xz / lamp.y;
    bool hides_sky = gl_VertexID >= 6;
    int corner = gl_VertexID % 6;
    vec2 uv = vec2(corner == 1 || corner == 2 || corner == 4, corner == 2 || corner == 4 || corner == 5);
    float more = 1.0 + length(stretch.xyz);
    vec2 a = end_a.xz - (hides_sky ? vec2(0) : slide * end_a.y);
    vec2 b = end_b.xz - (hides_sky ? vec2(0) : slide * end_b.y);
    vec2 top = max(vec2(end_a.y, end_b.y), 0.0);
    vec2 reach = vec2(end_a.w, end_b.w) * more;
    reach = hides_sky ? 3.0 * reach : (reach + lamp.w * top / lamp.y) / lamp.y + 0.02;
    vec2 along = b - a;
    float span = length(along);
    along = span > 1e-5 ? along / span : vec2(1, 0);
    vec2 across = vec2(-along.y, along.x);
    float r = max(reach.x, reach.y);
    ground = mix(a - along * r, b + along * r, uv.x) + across * mix(-r, r, uv.y);
    bool high = hides_sky && min(end_a.y - end_a.w, end_b.y - end_b.w) > 0.45;
    bool below = max(end_a.y + end_a.w, end_b.y + end_b.w) < 0.0;
    vec2 clip = (ground - shade.xy) * shade.z * 2.0 - 1.0;
    gl_Position = high || below || tint.a < 1.0 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(clip, 0.0, 1.0);
    ball_a = end_a;
    ball_b = end_b;
    widening = stretch.xyz;
    contact = hides_sky ? 1.0 : 0.0;
}
