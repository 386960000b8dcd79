/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * socket(2) and close(2). Only TCP (MPTCP included) and UDP sockets come into
 * being: raw, ping, SCTP, DCCP, UDP-Lite and SMC ones pass by the other hooks.
 */
#include "lib/process.h"
#include "lib/report.h"

static __always_inline int efw_socket_type_allowed(__u32 type, __u32 protocol)
{
	switch (type) {
	case EFW_SOCK_STREAM:
		return !protocol || protocol == EFW_IPPROTO_TCP ||
		       protocol == EFW_IPPROTO_MPTCP;
	case EFW_SOCK_DGRAM:
		return !protocol || protocol == EFW_IPPROTO_UDP;
	default:
		return 0;
	}
}

SEC("cgroup/sock_create")
int efw_sock_create(struct bpf_sock *ctx)
{
	struct efw_report_key key = {
		.reason = EFW_REASON_SOCKET_TYPE,
		.stage = EFW_STAGE_SOCKET,
		.attribution = EFW_BY_CALLER,
		.verdict = EFW_DENY,
		.rule = -1,
	};
	struct efw_process_key process = {};
	const struct efw_process *sender;
	struct efw_decision decision;
	struct efw_socket *socket;
	struct efw_view view;

	if (!efw_begin(&view, efw_own_number(), &decision))
		key.reason = EFW_REASON_NO_POLICY;
	key.generation = decision.generation;
	key.attachment = view.id;
	sender = efw_record_process(&view, &process);
	if (!sender) {
		key.reason = EFW_REASON_TABLE_FULL;
		goto deny;
	}
	if (!decision.generation ||
	    !efw_socket_type_allowed(ctx->type, ctx->protocol))
		goto deny;

	socket = bpf_sk_storage_get(&efw_sockets, ctx, 0,
				    BPF_SK_STORAGE_GET_F_CREATE);
	if (!socket) {
		efw_count(&view, EFW_COUNT_SOCKETS_FULL);
		key.reason = EFW_REASON_TABLE_FULL;
		goto deny;
	}
	socket->creator = process;
	socket->program = sender->file;
	socket->attachment = view.id;
	return EFW_CG_ALLOW;

deny:
	key.process = process;
	key.family = ctx->family;
	key.type = ctx->type;
	key.dest.protocol = ctx->protocol;
	efw_count(&view, EFW_COUNT_DENIED);
	efw_tell(&view, &key);
	return efw_enforce(&decision);
}

/* The proxy may still be reading what this socket sent: only mark its flow. */
SEC("cgroup/sock_release")
int efw_sock_release(struct bpf_sock *ctx)
{
	struct efw_socket *socket =
		bpf_sk_storage_get(&efw_sockets, ctx, 0, 0);
	struct efw_redirect *redirect;
	struct efw_redirect_key key;

	if (!socket || !socket->client.port)
		return EFW_CG_ALLOW;
	key.client = socket->client;
	key.attachment = socket->attachment;
	redirect = bpf_map_lookup_elem(&efw_redirects, &key);
	if (redirect)
		redirect->closed_ns = bpf_ktime_get_boot_ns();
	return EFW_CG_ALLOW;
}
