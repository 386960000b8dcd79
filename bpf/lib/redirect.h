/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Flows that go to a proxy of ours instead: DNS, wherever it was meant to go.
 */
#ifndef EFW_REDIRECT_H
#define EFW_REDIRECT_H

#include "addr.h"
#include "maps.h"

#define EFW_DNS_PORT 53

/* The DNS proxy for this family; port 0 where there is none. */
static __always_inline void efw_dns_proxy(const struct efw_view *view,
					  struct efw_endpoint *proxy,
					  const struct efw_endpoint *dest)
{
	*proxy = *dest;
	if (efw_is_mapped(&dest->addr)) {
		efw_addr_set4(&proxy->addr, EFW_LOOPBACK4);
		proxy->port = view->header->dns_port4;
	} else {
		efw_addr_set_loopback6(&proxy->addr);
		proxy->port = view->header->dns_port6;
	}
}

static __always_inline int efw_is_dns_proxy(const struct efw_view *view,
					    const struct efw_endpoint *peer)
{
	struct efw_endpoint proxy;

	if (!view->header)
		return 0;
	efw_dns_proxy(view, &proxy, peer);
	return proxy.port && efw_endpoint_equal(&proxy, peer);
}

/*
 * Notes, before the packet is delivered, who sent it and where it wanted to
 * go. Returns 0 when that could not be noted: the packet must be dropped.
 */
static __always_inline int
efw_note_redirect(const struct efw_view *view, struct efw_socket *socket,
		  const struct efw_endpoint *client,
		  const struct efw_process_key *process,
		  const struct efw_file *program, __u32 attribution)
{
	struct efw_redirect_key key = {
		.client = *client,
		.attachment = view->id,
	};
	struct efw_quota *quota = efw_quota_of(view->number);
	struct efw_redirect redirect = {
		.process = *process,
		.original = socket->original,
		.attribution = attribution,
		.time_ns = bpf_ktime_get_boot_ns(),
	};

	if (program)
		redirect.program = *program;
	socket->client = *client;
	if (!bpf_map_update_elem(&efw_redirects, &key, &redirect, BPF_EXIST))
		return 1;
	if (quota && quota->redirects < EFW_REDIRECTS_MAX &&
	    !bpf_map_update_elem(&efw_redirects, &key, &redirect,
				 BPF_NOEXIST)) {
		__sync_fetch_and_add(&quota->redirects, 1);
		return 1;
	}
	efw_count(view, EFW_COUNT_REDIRECTS_FULL);
	return 0;
}

#endif
