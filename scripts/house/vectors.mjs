/** Whether the published vectors must be tried here: in CI, unless it says that they cannot be had. */
export function vectorsRequired({ CI, SEALCAM_SHARED } = process.env) {
  return ['true', '1'].includes(CI ?? '') && SEALCAM_SHARED !== 'none';
}

/** What CI is told that does not have them. */
export const vectorsWanted =
  'CI must try the published vectors: name their folder in SEALCAM_SHARED, or set it to "none" where they cannot be had';
