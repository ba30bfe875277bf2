// The whole picture in an even grid of 4 by 8 cells, fine enough for the background's colour.
out vec3 background;
// The ground under each pixel, metres from a whole one near the target: spot.xy / spot.z.
out vec3 spot;  // z is above 0 where the ground is seen

void main() {
    vec2 at = vec2(gl_VertexID >> 1, gl_InstanceID + (gl_VertexID & 1)) / vec2(4.0, 8.0);
    vec2 off = at - vec2(0.5, 0.55);
    background = mix(background_bottom.rgb, background_top.rgb, smoothstep(0.0, 1.0, at.y));
    background *= 1.0 - 0.22 * dot(off, off);
    vec2 corner = at * 2.0 - 1.0;
    vec3 offset = corner.x * right.xyz + corner.y * above.xyz;
    vec3 origin = eye.xyz + (1.0 - eye.w) * offset;
    vec3 direction = forward.xyz + eye.w * offset;
    origin.xz -= floor(stage.xz);
    spot = vec3(origin.xz * direction.y - origin.y * direction.xz, direction.y);
    spot *= eye.w > 0.5 ? -sign(eye.y) : sign(forward.y);
    gl_Position = vec4(corner, 0.0, 1.0);
}
