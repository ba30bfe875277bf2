// How much of the ground's light is left.
uniform sampler2D ground_shade;
in vec2 at;
in vec2 off;
out vec4 color;

void main() {
    vec4 dark = texture(ground_shade, at);
    float light = (1.0 - shade.w * dark.r) * (1.0 - 0.8 * shade.w * dark.a);
    float here = 1.0 - smoothstep(0.12, 0.95, length(off));
    color = vec4(vec3(mix(1.0, light, eye.y < 0.0 ? 0.4 * here : here)), 1.0);
}
