uniform sampler2D ground_shade;
in vec3 origin;
in vec3 direction;
out vec4 color;

// Share of a pixel covered by lines of some width every `pitch` metres, box filtered, so that
// far lines turn into an even tone instead of moire. `pixel`: metres per pixel along x and z.
float lines(vec2 at, vec2 pixel, float pitch, float width) {
    vec2 f = pixel / pitch;
    vec2 w = max(vec2(width / pitch), forward.w * f);
    vec2 x = at / pitch + 0.5 * w;
    vec2 low = x - 0.5 * f, high = x + 0.5 * f;
    vec2 covered = (floor(high) * w + min(fract(high), w) - floor(low) * w - min(fract(low), w)) / f;
    covered *= 1.0 - smoothstep(0.08, 0.4, f * forward.w);
    return covered.x + covered.y - covered.x * covered.y;
}

void main() {
    bool below = eye.y < 0.0;
    float t = -origin.y / (abs(direction.y) > 1e-6 ? direction.y : -1e-6);
    vec2 ground = origin.xz + t * direction.xz;
    vec2 dx = dFdx(ground), dy = dFdy(ground);
    float away = length(ground - stage.xz) / stage.w;
    vec3 base = background();
    if (eye.w < 0.5 && abs(direction.y) < 1e-4) {  // edge on, the ground is a line
        float off = abs(origin.y) / (2.0 * above.y * viewport.w);
        base = mix(base, grid.rgb, grid.a * clamp(0.5 * forward.w + 0.5 - off, 0.0, 1.0));
        color = vec4(dithered(base), 1.0);
        return;
    }
    if (t <= 0.0 && eye.w > 0.5 || away > 0.95) {
        color = vec4(dithered(base), below ? 0.0 : 1.0);
        return;
    }
    float here = 1.0 - smoothstep(0.12, 0.95, away);
    vec2 at = (ground - shade.xy) * shade.z;
    vec4 dark = all(equal(at, clamp(at, 0.0, 1.0))) ? texture(ground_shade, at) : vec4(0.0);
    float light = (1.0 - shade.w * dark.r) * (1.0 - 0.8 * shade.w * dark.a);
    base = mix(base, floor_color.rgb, here * here) * mix(1.0, light, here);
    vec2 pixel = max(sqrt(dx * dx + dy * dy), 1e-6);
    float line = max(0.45 * lines(ground, pixel, 0.25, 0.004), lines(ground, pixel, 1.0, 0.009));
    base = mix(base, grid.rgb, line * grid.a * here * mix(0.6, 1.0, light));
    color = vec4(dithered(base), below ? 0.4 * here : 1.0);
}
