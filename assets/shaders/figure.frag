// Lays figures, premultiplied by their coverage, over the stage.
uniform sampler2DMS figures;
out vec4 color;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 sum = vec4(0.0);
    for (int i = 0; i < SAMPLES; i++) sum += texelFetch(figures, at, i);
    color = sum / float(SAMPLES);
}
