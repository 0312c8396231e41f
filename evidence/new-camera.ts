/**
 * A file that provisioning puts into the folder of a camera whose id is new, and that the agent removes at its
 * first start. It says that the camera never had a session: only then do its boots and recordings count in the
 * chain that has no name. A camera that finds neither this file nor its counters has lost them.
 */
export const newCameraName = 'new-camera';
