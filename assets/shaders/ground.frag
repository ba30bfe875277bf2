in vec3 background;
in vec3 spot;
out vec4 color;

// Share of a pixel covered by lines of some width every `pitch` metres, box filtered, so that
// far lines turn into an even tone instead of moire. `scale`: pixels per metre along x and z.
float lines(vec2 at, vec2 scale, float pitch, float width) {
    vec2 off = abs(at - pitch * round(at / pitch));
    vec2 covered = clamp(0.5 + 0.5 * max(width * scale, forward.w) - off * scale, 0.0, 1.0);
    covered *= smoothstep(2.5, 12.5, pitch / forward.w * scale);
    return covered.x + covered.y - covered.x * covered.y;
}

void main() {
    vec2 ground = spot.xy / max(spot.z, 1e-5);
    vec2 dx = dFdx(ground), dy = dFdy(ground);
    vec2 scale = inversesqrt(max(dx * dx + dy * dy, 1e-12));
    float here = 1.0 - smoothstep(0.12, 0.95, length(ground - fract(stage.xz)) / stage.w);
    vec3 base = mix(background, floor_color.rgb, here * here);
    float line = max(0.45 * lines(ground, scale, 0.25, 0.004), lines(ground, scale, 1.0, 0.009));
    base = mix(base, grid.rgb, line * grid.a * here);
    color = vec4(dithered(base), eye.y < 0.0 ? 0.4 * here : 1.0);
}
