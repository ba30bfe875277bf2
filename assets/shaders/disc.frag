in vec2 offset;
flat in float radius;
flat in vec4 fill;
out vec4 color;

void main() {
    float d = length(offset);
    float pixel = max(fwidth(d), 1e-5);
    float rim = max(0.012, 1.2 * forward.w * pixel);
    float inside = clamp((radius - d) / pixel + 0.5, 0.0, 1.0);
    float ring = clamp((rim - abs(d - radius + rim)) / pixel + 0.5, 0.0, 1.0);
    color = vec4(fill.rgb, fill.a * inside * max(0.28 * smoothstep(0.0, radius, d), ring));
}
