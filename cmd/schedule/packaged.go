package schedule

// Packaged returns the units that a package of a system brings, before there is a configuration: what is known is where it will
// be. They only sync. What else is to run depends on the channels, which the units of Systemd are made for.
func Packaged(binary string, at Clock) ([]Unit, error) {
	p := Plan{Binary: binary, Config: "/etc/goscan/" + configName, State: SystemState, Sync: at}
	return Systemd(p, SystemdOptions{RunAs: "goscan", Packaged: true})
}
