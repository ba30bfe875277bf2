layout(location = 0) in vec4 disc;  // centre, radius in metres
layout(location = 1) in vec4 tint;
out vec2 offset;
flat out float radius;
flat out vec4 fill;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
    radius = disc.w;
    offset = corner * disc.w * 1.1;
    gl_Position = view_projection * vec4(disc.x + offset.x, disc.y + 0.002, disc.z + offset.y, 1.0);
    fill = tint;
}
