in vec3 normal;
in vec3 toward_eye;
flat in vec4 surface;
out vec4 color;

void main() {
    vec3 n = normalize(normal);
    float edge = 1.0 - max(dot(n, toward_eye), 0.0);
    float solid = mix(0.55, 1.0, edge * sqrt(edge));
    color = vec4(surface.rgb * (0.85 + 0.3 * n.y) + 0.15 * edge * edge * edge, surface.a * solid);
}
