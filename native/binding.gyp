{
  'variables': {
    # -Werror is asked for by the checks alone (node-gyp rebuild -- -Dsealcam_werror=1): a compiler newer
    # than this code may know warnings that must not keep a user from building.
    'sealcam_werror%': 0,
    'sealcam_sources': [
      'src/addon/addon.c',
      'src/addon/args.c',
      'src/addon/capture.c',
      'src/addon/capture_words.c',
      'src/addon/floe.c',
      'src/addon/key_memory.c',
      'src/addon/output_pool.c',
      'src/addon/platform.c',
      'src/addon/seal.c',
      'src/addon/shares.c',
      'src/addon/task.c',
      'src/arch/crc32c.c',
      'src/arch/crc32c_arm.c',
      'src/arch/crc32c_x86.c',
      'src/arch/sha256.c',
      'src/arch/sha256_arm.c',
      'src/arch/sha256_x86.c',
      'src/capture/units.c',
      'src/capture/v4l2.c',
      'src/capture/v4l2_system.c',
      'src/core/chunk.c',
      'src/core/crypto.c',
      'src/core/floe.c',
      'src/core/recording.c',
      'src/core/segment_hash.c',
      'src/pty/pty.c',
    ],
  },
  'target_defaults': {
    'include_dirs': ['src'],
    'defines': ['NAPI_VERSION=8', '_GNU_SOURCE', 'OPENSSL_NO_DEPRECATED', 'OPENSSL_API_COMPAT=30000'],
    'cflags_c': [
      '-std=c11', '-O2', '-Wall', '-Wextra', '-Wshadow', '-Wstrict-prototypes', '-Wvla',
      '-fvisibility=hidden', '-fstack-protector-strong',
    ],
    'ldflags': ['-Wl,-z,relro', '-Wl,-z,now', '-Wl,-z,noexecstack'],
    'conditions': [['sealcam_werror==1', { 'cflags_c': ['-Werror'] }]],
  },
  'targets': [
    {
      'target_name': 'sealcam',
      'sources': ['<@(sealcam_sources)'],
      'cflags!': ['-O3'],
    },
    {
      # The same with faults on demand; test/ alone loads it.
      'target_name': 'sealcam_testing',
      'sources': [
        '<@(sealcam_sources)',
        'src/addon/testing.c',
        'src/addon/testing_capture.c',
        '../test/native-c/v4l2_device.c',
      ],
      'include_dirs': ['../test/native-c'],
      'defines': ['SEALCAM_TESTING'],
      'cflags!': ['-O3'],
    },
  ],
}
