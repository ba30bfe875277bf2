// The ground under each pixel, metres from a whole one near the target: spot.xy / spot.z.
out vec3 spot;  // z is above 0 where the ground is seen

void main() {
    vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0;
    vec3 offset = corner.x * right.xyz + corner.y * above.xyz;
    vec3 origin = eye.xyz + (1.0 - eye.w) * offset;
    vec3 direction = forward.xyz + eye.w * offset;
    origin.xz -= floor(stage.xz);
    spot = vec3(origin.xz * direction.y - origin.y * direction.xz, direction.y);
    spot *= eye.w > 0.5 ? -sign(eye.y) : sign(forward.y);
    gl_Position = vec4(corner, 0.0, 1.0);
}
