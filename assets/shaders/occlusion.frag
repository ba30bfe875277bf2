// The sky a capsule hides from the ground, as a sphere about its nearest point.
in vec3 place;
flat in vec3 span;
flat in vec2 radii;
flat in vec3 widening;
out vec4 color;

void main() {
    float s = clamp(dot(place, span) / max(dot(span, span), 1e-8), 0.0, 1.0);
    vec3 toward = s * span - place;
    float distance = max(length(toward), 1e-4);
    float wide = dot(toward, widening) / distance;
    float radius = mix(radii.x, radii.y, s) * sqrt(1.0 + wide * wide);
    float open = smoothstep(3.0 * radius, 1.2 * radius, distance);
    float share = min(radius / distance, 1.0);
    float hidden = clamp((max(toward.y, 0.0) + 0.3 * radius) / distance, 0.0, 1.0) * share * share;
    color = vec4(0.0, 0.0, 0.0, min(hidden * open * 0.8, 0.95));
}
