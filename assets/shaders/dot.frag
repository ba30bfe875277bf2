in vec2 offset;
flat in float radius;
flat in vec4 fill;
out vec4 color;

void main() {
    float inside = radius - length(offset);
    float edge = clamp(inside + 0.5, 0.0, 1.0);
    float core = clamp(inside - 1.5 * forward.w + 0.5, 0.0, 1.0);
    color = vec4(mix(fill.rgb * 0.25, fill.rgb, core), fill.a * edge);
}
