/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * What all attachments to cgroups share, as one object, so that the hooks have
 * one set of maps and BTF. One hook a file.
 */
#include "connect.bpf.c"
#include "ingress.bpf.c"
#include "judge.bpf.c"
#include "meter.bpf.c"
#include "peername.bpf.c"
#include "recvmsg.bpf.c"
#include "sendmsg.bpf.c"
#include "sock.bpf.c"
#include "sockopt.bpf.c"

char efw_license[] SEC("license") = "Dual MIT/GPL";
