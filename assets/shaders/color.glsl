// What the fragment shaders share.

// The power 1/2.2 within half a step of 8 bits: square roots are cheap everywhere.
vec3 to_srgb(vec3 c) {
    vec3 root = sqrt(c);
    return 0.99783 * root + 0.07394 * sqrt(root) - 0.07252 * c;
}

// Interleaved gradient noise (Jimenez 2014), 0..1.
float noise() {
    return fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
}

// Noise of half a step of 8 bits hides banding.
vec3 dithered(vec3 c) { return c + (noise() - 0.5) / 255.0; }
