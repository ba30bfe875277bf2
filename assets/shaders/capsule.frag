uniform sampler2DShadow lamp_depth;
in vec3 normal;
in vec3 toward_eye;
in vec3 lamp_place;
in float open;
in float halfway;
flat in vec4 surface;
out vec4 color;

// Share of the lamp seen: a small cross, turned from pixel to pixel so that its edge is soft.
float lit() {
    float x = 2.0 * noise() - 1.0;
    vec3 turn = vec3(x, sqrt(1.0 - x * x), 0.0) * key.w;
    vec3 across = 2.0 * vec3(-turn.y, turn.x, 0.0);
    return 0.25 * (texture(lamp_depth, lamp_place + turn) + texture(lamp_depth, lamp_place - turn)
        + texture(lamp_depth, lamp_place + across) + texture(lamp_depth, lamp_place - across));
}

void main() {
    vec3 n = normalize(normal);
    float facing = max(dot(n, toward_eye), 0.0);
    float rim = (1.0 - facing) * (1.0 - facing) * (1.0 - facing);
    float cosine = max(dot(n, lamp.xyz), 0.0);
    float diffuse = cosine * lit();
    const vec3 behind = vec3(-0.59, 0.34, -0.73);
    float back = max(0.35 + 0.65 * dot(n, behind), 0.0);
    float up = 0.5 + 0.5 * n.y;
    vec3 ambient = mix(bounce.rgb, sky.rgb, up) * mix(0.5, 1.0, max(open, up));
    float shine = (cosine + facing) * halfway;
    shine *= shine;
    shine *= shine;
    shine *= shine;
    float gloss = 0.14 * shine * shine * shine * shine * shine * min(4.0 * diffuse, 1.0);
    vec3 light = key.rgb * diffuse + kicker.rgb * back * back + ambient + 0.10 * facing;
    light = surface.rgb * light + gloss * key.rgb + kicker.rgb * rim * 0.25 * up;
    light *= (1.0 + light / 9.0) / (1.0 + 0.5 * light);  // extended Reinhard
    color = vec4(dithered(to_srgb(light)), 1.0);
}
