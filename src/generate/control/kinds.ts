/** The control pictures that there are. */

/** Lines of a picture, a rough sketch of outlines, nearness as brightness, one colour for each thing, the skeletons of people. */
export const CONTROL_KINDS = ['edge', 'scribble', 'depth', 'segmentation', 'pose'] as const;
export type ControlKind = (typeof CONTROL_KINDS)[number];

/** A ready map, or a photo that lines are drawn from. */
export const CONTROL_SOURCES = ['map', 'photo'] as const;
export type ControlSource = (typeof CONTROL_SOURCES)[number];
