// Imported before anything else: the addon reads this when it is loaded. It is room for the keys of a thousand cameras'
// recordings, and for the shares of those that are being prepared.
process.env.SEALCAM_KEY_SLOTS = '4096';
