out vec2 ground;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
    ground = stage.xz + corner * stage.w;
    gl_Position = view_projection * vec4(ground.x, 0.0, ground.y, 1.0);
}
