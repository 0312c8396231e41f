/** The bounds of controls and readings that are this machine's own devices. What they give may be anything. */
export const localLimits = {
  /** Bytes of a file below /sys that are read: the largest page, which is the size that the kernel says that it has. */
  fileBytesMax: 65_536,
  /** Bytes that are read of an input device at once. */
  inputBytesMax: 24 * 256,
  /** Records of an input device in a second; a hand causes a few dozen. */
  inputRecordsPerSecondMax: 2_000,
  /** A press that its device stamped longer ago than this counts as made when it was read. */
  pressAgeUsMax: 60_000_000,
  /** An incomplete record is thrown away after this long: its writer is gone. */
  recordPartUsMax: 1_000_000,
  /** Wait before a device is opened again: doubles each time. */
  reopenMsMin: 100,
  reopenMsMax: 1_000,
  /** How often it is looked whether a device is still the one at its path. */
  watchMs: 500,
  /** How often the lamp is read back. */
  lampMs: 500,
  /** On and off of the lamp's ways of blinking, in milliseconds. */
  slowOnMs: 100,
  slowOffMs: 2_900,
  fastMs: 150,
  /** How long a beep or a vibration may take. */
  signalMsMax: 60_000,
  /** A device whose files do not answer for this long counts as away until they do. */
  hangMsMax: 5_000,
  /** How long a device that hangs keeps the source from ending. */
  stopMsMax: 2_000,
  /** Name of a run: two runs must not have the same one. */
  runNameBytes: 8,
} as const;

/** The bounds of what is measured. */
export const readingLimits = {
  /** Bytes of a line of a GNSS receiver: NMEA has 82, some receivers more; gpsd's answers have up to 10 KiB. */
  nmeaLineBytesMax: 256,
  gpsdLineBytesMax: 16_384,
  /** Bytes of a GNSS receiver in a second: ten times those of the fastest usual line (115,200 baud). */
  gnssBytesPerSecondMax: 131_072,
  /** Metres of accuracy for each unit of HDOP, where the receiver says no error of its own. */
  metresPerHdop: 5,
  /** For how many positions an error that the receiver said holds. */
  errorPositionsMax: 2,
  /** How often something is measured, from the shortest to the longest that may be configured. */
  everyMsMin: 50,
  everyMsMax: 600_000,
} as const;
