/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Everything that is attached to a cgroup, as one object, so that the hooks
 * share their maps, constants and BTF. One hook a file.
 */
#include "connect.bpf.c"
#include "egress.bpf.c"
#include "peername.bpf.c"
#include "recvmsg.bpf.c"
#include "sendmsg.bpf.c"
#include "sock.bpf.c"

char efw_license[] SEC("license") = "Dual MIT/GPL";
