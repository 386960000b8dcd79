/* SPDX-License-Identifier: (MIT OR GPL-2.0-only) */
/*
 * Never loaded: only its BTF is read, by the test that compares every shared
 * struct and number with its C# mirror. BTF keeps a type only if a global
 * mentions it, so each is mentioned here.
 */
#include "include/bpf_api.h"
#include "include/efw_budget.h"
#include "include/efw_event.h"
#include "include/efw_inspect.h"
#include "include/efw_names.h"
#include "include/efw_unix.h"

struct efw_layout {
	struct efw_line line;
	struct efw_header header;
	struct efw_learned_set learned_set;
	struct efw_image image;
	struct efw_node4 node4;
	struct efw_node6 node6;
	struct efw_leaf4 leaf4;
	struct efw_leaf6 leaf6;
	struct efw_sparse6 sparse6;
	struct efw_term term;
	struct efw_learned learned;
	struct efw_process_key process_key;
	struct efw_file file;
	struct efw_process process;
	struct efw_endpoint endpoint;
	struct efw_socket socket;
	struct efw_self self;
	struct efw_interface interface;
	struct efw_flow_key flow_key;
	struct efw_flow flow;
	struct efw_quota quota;
	struct efw_exe_key exe_key;
	struct efw_exe exe;
	struct efw_limit limit;
	struct efw_budget budget;
	struct efw_usage_key usage_key;
	struct efw_meter meter;
	struct efw_usage usage;
	struct efw_redirect_key redirect_key;
	struct efw_redirect redirect;
	struct efw_event event;
	struct efw_report_key report_key;
	struct efw_report report;
	struct efw_traffic traffic;
	struct efw_names names;
	struct efw_name_slots name_slots;
	struct efw_name name;
	struct efw_inspection inspection;
	struct efw_unix_rule unix_rule;
	struct efw_unix_name unix_name;
	struct efw_unix_event unix_event;
	enum efw_verdict verdict;
	enum efw_mode mode;
	enum efw_reason reason;
	enum efw_stage stage;
	enum efw_attribution attribution;
	enum efw_counter counter;
	enum efw_term_verdict term_verdict;
	enum efw_limit_kind limit_kind;
	enum efw_inspected inspected;
} efw_layout;
