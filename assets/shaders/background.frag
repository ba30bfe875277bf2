in vec3 background;
out vec4 color;

void main() {
    vec3 base = background;
#ifdef EDGE_ON
    // Seen edge on, in an orthographic view, the ground is a line.
    float height = eye.y + (2.0 * gl_FragCoord.y * viewport.w - 1.0) * above.y;
    float off = abs(height) / (2.0 * above.y * viewport.w);
    base = mix(base, grid.rgb, grid.a * clamp(0.5 * forward.w + 0.5 - off, 0.0, 1.0));
#endif
    color = vec4(dithered(base), 1.0);
}
