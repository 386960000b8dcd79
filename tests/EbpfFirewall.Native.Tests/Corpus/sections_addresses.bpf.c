/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/* Address and option hooks. */
#include "bpf_test.h"

#define PROG(section, name, ret) SEC(section) int name(void *ctx) { return ret; }
PROG("cgroup/bind4", a1, 1)
PROG("cgroup/bind6", a2, 1)
PROG("cgroup/connect4", a3, 1)
PROG("cgroup/connect6", a4, 1)
PROG("cgroup/sendmsg4", a5, 1)
PROG("cgroup/sendmsg6", a6, 1)
PROG("cgroup/recvmsg4", a7, 1)
PROG("cgroup/recvmsg6", a8, 1)
PROG("cgroup/getpeername4", a9, 1)
PROG("cgroup/getpeername6", a10, 1)
PROG("cgroup/getsockname4", a11, 1)
PROG("cgroup/getsockname6", a12, 1)
PROG("cgroup/sysctl", a13, 1)
PROG("cgroup/getsockopt", a14, 1)
PROG("cgroup/setsockopt", a15, 1)
PROG("syscall", a16, 0)
PROG("raw_tp/sys_enter", a17, 0)
PROG("raw_tracepoint/sys_exit", a18, 0)
PROG("raw_tp", a19, 0)
