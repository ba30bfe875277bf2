// Red: cast shadow by the nearest approach of the light ray to the capsule's axis.
// Alpha: hidden sky, from the capsule's nearest point as a sphere above the ground.
in vec2 ground;
flat in vec4 ball_a;
flat in vec4 ball_b;
flat in vec3 widening;
flat in float contact;
out vec4 color;

float radius_toward(vec3 d, float radius) {
    float more = length(widening);
    if (more == 0.0) return radius;
    float along = dot(d, widening / more);
    return radius * sqrt(1.0 + (more * more + 2.0 * more) * along * along);
}

void main() {
    vec3 g = vec3(ground.x, 0.0, ground.y);
    vec3 ab = ball_b.xyz - ball_a.xyz;
    vec3 ga = g - ball_a.xyz;
    float ab2 = max(dot(ab, ab), 1e-8);
    if (contact > 0.5) {
        float s = clamp(dot(ga, ab) / ab2, 0.0, 1.0);
        vec3 c = ball_a.xyz + s * ab - g;
        float r = mix(ball_a.w, ball_b.w, s);
        r = radius_toward(c / max(length(c), 1e-5), r);
        float d = max(length(c), 1e-4);
        float open = smoothstep(3.0 * r, 1.2 * r, d);
        float hidden = clamp((max(c.y, 0.0) + 0.3 * r) / d, 0.0, 1.0) * r * r / max(d * d, r * r);
        color = vec4(0.0, 0.0, 0.0, clamp(hidden * open * 0.8, 0.0, 0.95));
        return;
    }
    float along = dot(ab, lamp.xyz);
    float s = clamp((dot(ga, ab) - dot(ga, lamp.xyz) * along) / max(ab2 - along * along, 1e-8), 0.0, 1.0);
    vec3 c = ball_a.xyz + s * ab - g;
    float t = max(dot(c, lamp.xyz), 0.0);
    vec3 miss = c - t * lamp.xyz;
    float gap = length(miss);
    float r = radius_toward(miss / max(gap, 1e-5), mix(ball_a.w, ball_b.w, s));
    float soft = lamp.w * t + 0.012;
    color = vec4(smoothstep(soft, -soft, gap - r), 0.0, 0.0, 0.0);
}
