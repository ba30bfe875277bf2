out vec3 origin;
out vec3 direction;

void main() {
    vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0;
    vec3 offset = corner.x * right.xyz + corner.y * above.xyz;
    origin = eye.xyz + (1.0 - eye.w) * offset;
    direction = forward.xyz + eye.w * offset;
    gl_Position = vec4(corner, 0.0, 1.0);
}
