# What debhelper writes for a unit that is enabled and started by its package.
if [ "$1" = configure ] || [ "$1" = abort-upgrade ] || [ "$1" = abort-deconfigure ] || [ "$1" = abort-remove ]; then
  deb-systemd-helper unmask @UNIT@ >/dev/null || true
  if deb-systemd-helper --quiet was-enabled @UNIT@; then
    deb-systemd-helper enable @UNIT@ >/dev/null || true
  else
    deb-systemd-helper update-state @UNIT@ >/dev/null || true
  fi
  if [ -d "$DPKG_ROOT/run/systemd/system" ]; then
    systemctl --system daemon-reload >/dev/null || true
    deb-systemd-invoke start @UNIT@ || true
  fi
fi
