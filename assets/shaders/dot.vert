layout(location = 0) in vec4 ball;  // position, diameter in points
layout(location = 1) in vec4 tint;
out vec2 offset;
flat out float radius;
flat out vec4 fill;

void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0;
    radius = 0.5 * ball.w * forward.w;
    offset = corner * (radius + 1.0);
    gl_Position = view_projection * vec4(ball.xyz, 1.0);
    gl_Position.xy += offset * 2.0 * viewport.zw * gl_Position.w;
    fill = tint;
}
