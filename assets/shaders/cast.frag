// The shadow of a capsule, by the nearest approach of the light ray to its axis.
in vec3 place;
flat in vec3 span;
flat in vec2 radii;
flat in vec3 widening;
out vec4 color;

void main() {
    float s = clamp(dot(place.xy, span.xy) / max(dot(span.xy, span.xy), 1e-8), 0.0, 1.0);
    vec3 miss = place - s * span;
    float gap = max(length(miss.xy), 1e-5);
    float wide = dot(miss.xy, widening.xy) / gap;
    float radius = mix(radii.x, radii.y, s) * sqrt(1.0 + wide * wide);
    float soft = lamp.w * max(miss.z, 0.0) + 0.012;
    color = vec4(smoothstep(soft, -soft, gap - radius), 0.0, 0.0, 0.0);
}
