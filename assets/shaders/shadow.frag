// How much of the ground's light is left; alone, over nothing, as black that takes it away.
uniform sampler2D ground_shade;
in vec2 at;
in vec2 off;
out vec4 color;

void main() {
    vec4 dark = texture(ground_shade, at);
    float light = (1.0 - shade.w * dark.r) * (1.0 - 0.8 * shade.w * dark.a);
    float here = 1.0 - smoothstep(0.12, 0.95, length(off));
    float left = mix(1.0, light, eye.y < 0.0 ? 0.4 * here : here);
#ifdef ALONE
    color = vec4(vec3(0.0), 1.0 - left);
#else
    color = vec4(vec3(left), 1.0);
#endif
}
