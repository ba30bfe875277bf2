#version 330 core
// What every shader of a frame shares; packed by render/frame.py.
layout(std140) uniform Frame {
    mat4 view_projection;
    mat4 lamp_projection;  // world to the lamp's shadow map, 0..1
    vec4 eye;              // xyz metres; w: 1 in perspective, 0 in orthographic view
    vec4 forward;          // xyz unit; w: pixels per point
    vec4 right;            // xyz: from the middle of the picture to its right edge, one metre
    vec4 above;            // from the eye (perspective) or anywhere (orthographic); to its top
    vec4 viewport;         // width, height in pixels and their inverses
    vec4 lamp;             // xyz unit, toward the lamp; w: tangent of its half angle
    vec4 key;              // rgb linear; w: size of a shadow map texel, 0..1
    vec4 kicker;
    vec4 sky;
    vec4 bounce;
    vec4 background_top;   // sRGB from here on
    vec4 background_bottom;
    vec4 floor_color;
    vec4 grid;             // a: opacity of the lines
    vec4 shade;            // ground texture: x and z of its corner, 1 / size; w: shadow strength
    vec4 stage;            // target xyz; w: radius at which the floor is gone
};
