// Lays the resolved figures, premultiplied by their coverage, over the stage.
uniform sampler2D figures;
in vec2 at;
out vec4 color;

void main() { color = texture(figures, at); }
