// The part of the ground that shadows can reach.
out vec2 at;
out vec2 off;

void main() {
    at = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 ground = shade.xy + at / shade.z;
    off = (ground - stage.xz) / stage.w;
    gl_Position = view_projection * vec4(ground.x, 0.0, ground.y, 1.0);
}
