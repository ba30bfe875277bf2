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
    float diffuse = max((cosine + 0.12) / 1.12, 0.0);
    diffuse *= diffuse > 0.0 ? lit(n) : 1.0;
    float up = 0.5 + 0.5 * n.y;
    float near_floor = smoothstep(0.0, 0.35, world.y + 0.12 * n.y);
    vec3 ambient = mix(bounce.rgb, sky.rgb, up) * mix(0.55, 1.0, max(near_floor, up));
    float fill = 0.16 * facing;
    vec3 h = normalize(lamp.xyz + v);
    float gloss = pow(max(dot(n, h), 0.0), 36.0) * 0.16 * step(0.0, cosine) * diffuse;
    vec3 light = albedo * (key.rgb * diffuse + ambient + fill) + gloss * key.rgb + sky.rgb * rim * 0.22 * up;
    light = light * (1.0 + light / 9.0) / (1.0 + light * 0.55);  // extended Reinhard
    color = vec4(dithered(to_srgb(light)), 1.0);
}
