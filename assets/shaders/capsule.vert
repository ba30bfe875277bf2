// A rounded cone from a mesh of rings: near the tangent circle both spheres share a normal.
layout(location = 0) in vec4 ring;      // cos and sin around the axis; 0 pole .. 1 tangent circle; 0 end a, 1 end b
layout(location = 1) in vec4 end_a;     // centre, radius
layout(location = 2) in vec4 end_b;
layout(location = 3) in vec4 stretch;   // widening along a vector
layout(location = 4) in vec4 tint;

#ifdef DEPTH_ONLY
#define PROJECTION lamp_projection
#else
#define PROJECTION view_projection
out vec3 world;
out vec3 normal;
flat out vec4 surface;
#endif
invariant gl_Position;

void main() {
    vec3 span = end_b.xyz - end_a.xyz;
    float length_ab = length(span);
    vec3 axis = length_ab > 1e-6 ? span / length_ab : vec3(0.0, 1.0, 0.0);
    float slope = clamp((end_a.w - end_b.w) / max(length_ab, 1e-6), -1.0, 1.0);
    vec3 side = normalize(abs(axis.y) < 0.9 ? cross(axis, vec3(0, 1, 0)) : cross(axis, vec3(1, 0, 0)));
    vec3 other = cross(axis, side);
    float polar = ring.w < 0.5 ? 3.14159265 - ring.z * acos(-slope) : ring.z * acos(slope);
    vec3 n = cos(polar) * axis + sin(polar) * (ring.x * side + ring.y * other);
    vec4 ball = ring.w < 0.5 ? end_a : end_b;
    vec3 offset = n * ball.w;
    float more = length(stretch.xyz);
    if (more > 0.0) {
        vec3 along = stretch.xyz / more;
        offset += along * (dot(along, offset) * more);
        n = normalize(n - along * (dot(along, n) * more / (1.0 + more)));
    }
    vec3 at = ball.xyz + offset;
    // Seen from above, the ground hides what sank into it.
    gl_ClipDistance[0] = eye.y < 0.0 ? 1.0 : at.y;
    gl_Position = PROJECTION * vec4(at, 1.0);
#ifdef DEPTH_ONLY
    gl_Position.xyz = gl_Position.xyz * 2.0 - 1.0;
#else
    world = at;
    normal = n;
    surface = tint;
#endif
}
