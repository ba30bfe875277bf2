uniform sampler2DShadow lamp_depth;
in vec3 world;
in vec3 normal;
flat in vec4 surface;
out vec4 color;

float lit(vec3 n) {
    vec3 at = (lamp_projection * vec4(world + n * 0.012, 1.0)).xyz;
    float spin = 6.2831853 * noise();
    vec2 turn = vec2(cos(spin), sin(spin)) * key.w;
    float sum = texture(lamp_depth, vec3(at.xy, at.z));
    sum += texture(lamp_depth, vec3(at.xy + 1.6 * turn, at.z));
    sum += texture(lamp_depth, vec3(at.xy - 1.6 * turn, at.z));
    sum += texture(lamp_depth, vec3(at.xy + 3.0 * vec2(-turn.y, turn.x), at.z));
    sum += texture(lamp_depth, vec3(at.xy - 3.0 * vec2(-turn.y, turn.x), at.z));
    return sum / 5.0;
}

void main() {
    vec3 n = normalize(normal);
    vec3 v = toward_eye(world);
    float facing = max(dot(n, v), 0.0);
    float rim = pow(1.0 - facing, 3.0);
    if (surface.a < 1.0) {
        float solid = mix(0.55, 1.0, pow(1.0 - facing, 1.5));
        color = vec4(surface.rgb * (0.85 + 0.3 * n.y) + 0.15 * rim, surface.a * solid);
        return;
    }
    vec3 albedo = to_linear(surface.rgb);
    float cosine = dot(n, lamp.xyz);
    float diffuse = cosine > 0.0 ? cosine * lit(n) : 0.0;
    const vec3 behind = vec3(-0.59, 0.34, -0.73);
    float back = max(0.35 + 0.65 * dot(n, behind), 0.0);
    float up = 0.5 + 0.5 * n.y;
    float open = mix(0.5, 1.0, max(smoothstep(0.0, 0.35, world.y + 0.12 * n.y), up));
    vec3 ambient = mix(bounce.rgb, sky.rgb, up) * open;
    float fill = 0.10 * facing;
    vec3 h = normalize(lamp.xyz + v);
    float gloss = 0.14 * pow(max(dot(n, h), 0.0), 40.0) * min(4.0 * diffuse, 1.0);
    vec3 light = albedo * (key.rgb * diffuse + kicker.rgb * back * back + ambient + fill);
    light += gloss * key.rgb + kicker.rgb * rim * 0.25 * up;
    light *= (1.0 + light / 9.0) / (1.0 + 0.5 * light);  // extended Reinhard
    color = vec4(dithered(to_srgb(light)), 1.0);
}
