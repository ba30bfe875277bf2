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
out vec3 normal;
out vec3 toward_eye;
out vec3 lamp_place;     // in the shadow map, seen from a little outside
out float open;          // share of the sky that the ground lets through to what faces down
out float halfway;       // 1 / |lamp + toward_eye|
flat out vec4 surface;   // linear, but sRGB for ghosts
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
    normal = n;
    toward_eye = eye.w > 0.5 ? normalize(eye.xyz - at) : -forward.xyz;
    halfway = inversesqrt(max(2.0 + 2.0 * dot(lamp.xyz, toward_eye), 1e-4));
    open = smoothstep(0.0, 0.35, at.y + 0.12 * n.y);
    lamp_place = (lamp_projection * vec4(at + n * 0.014, 1.0)).xyz;
#ifdef GHOST
    surface = tint;
#else
    surface = vec4(pow(tint.rgb, vec3(2.2)), 1.0);
#endif
#endif
}
