// One segment of a polyline as a quad that meets its neighbours in a mitre.
layout(location = 0) in vec4 before;   // position, width in points; width 0: not drawn
layout(location = 1) in vec4 start;
layout(location = 2) in vec4 end;
layout(location = 3) in vec4 after;
layout(location = 4) in vec4 start_tint;
layout(location = 5) in vec4 end_tint;
out vec4 tint;

vec2 pixels(vec4 clip) { return clip.xy / clip.w * 0.5 * viewport.xy; }

vec2 unit(vec2 v) {
    float size = length(v);
    return size > 1e-4 ? v / size : vec2(0.0);
}

void main() {
    bool at_end = gl_VertexID >= 2;
    float side = (gl_VertexID & 1) == 0 ? -1.0 : 1.0;
    vec4 a = view_projection * vec4(start.xyz, 1.0);
    vec4 b = view_projection * vec4(end.xyz, 1.0);
    const float near = 0.01;
    if (start.w <= 0.0 || end.w <= 0.0 || (a.w < near && b.w < near)) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        tint = vec4(0.0);
        return;
    }
    if (a.w < near) a = mix(b, a, (b.w - near) / (b.w - a.w));
    if (b.w < near) b = mix(a, b, (a.w - near) / (a.w - b.w));
    vec2 along = unit(pixels(b) - pixels(a));
    vec4 beyond = at_end ? after : before;
    vec4 c = view_projection * vec4(beyond.xyz, 1.0);
    vec2 next = along;
    if (beyond.w > 0.0 && c.w >= near) next = at_end ? unit(pixels(c) - pixels(b)) : unit(pixels(a) - pixels(c));
    vec2 mean = unit(along + next);
    vec2 normal = vec2(-along.y, along.x);
    vec2 mitre = vec2(-mean.y, mean.x);
    float stretch = dot(mitre, normal);
    if (stretch < 0.5) { mitre = normal; stretch = 1.0; }
    vec4 clip = at_end ? b : a;
    float width = max((at_end ? end.w : start.w) * forward.w, 1.0);
    clip.xy += side * 0.5 * width / stretch * mitre * 2.0 * viewport.zw * clip.w;
    clip.z -= 2e-4 * clip.w;
    gl_Position = clip;
    tint = at_end ? end_tint : start_tint;
}
