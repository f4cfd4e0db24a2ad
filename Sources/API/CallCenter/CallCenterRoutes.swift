// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations of the call centre.
package struct CallCenterRoutes {
    private let calls: PhoneCallService
    private let screenPop: ScreenPopService

    package init(calls: PhoneCallService, screenPop: ScreenPopService) {
        self.calls = calls
        self.screenPop = screenPop
    }

    package var all: [APIRoute] {
        [pop, take, list, find]
    }

    private var pop: APIRoute {
        .read(
            .get,
            "/v1/screen-pop",
            name: "getScreenPop",
            summary: "Tells who is calling, and whom to put the call through to, in one read",
            tag: "Call centre",
            scope: Scope.callsRead.rawValue,
            takes: .query(ScreenPopQuery.fields),
            returns: .record(ScreenPop.fields),
            problems: [.unknownCaller, .ambiguousCustomer, .notFound]
        ) { [screenPop] query, call, snapshot in
            try screenPop.find(
                query.phone,
                query.customerID,
                query.needs,
                at: call.instant,
                in: snapshot
            )
        }
    }

    private var take: APIRoute {
        .write(
            .post,
            "/v1/calls",
            name: "reportCall",
            summary: "Takes an event of a call, each once; a call that ends is an interaction",
            tag: "Call centre",
            scope: Scope.callsWrite.rawValue,
            takes: .body(CallReport.fields),
            returns: .put(PhoneCall.fields) { Subject(.call, $0.id).path },
            problems: [.unknownCall, .ambiguousCustomer, .notAllowedNow]
        ) { [calls] report, call, transaction in
            let (taken, isNew) = try calls.take(
                report,
                from: ID(rawValue: call.principal?.tokenID ?? 0),
                by: call.occasion,
                in: transaction
            )
            return Upserted(taken, isNew: isNew)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/calls",
            name: "listCalls",
            summary: "Lists calls",
            tag: "Call centre",
            scope: Scope.callsRead.rawValue,
            Listing(
                filter: PhoneCallFilter.fields,
                rows: PhoneCall.fields,
                sorts: ["-startedAt", "id"]
            )
        ) { [calls] query, _, snapshot in
            try calls.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/calls/{call}",
            ID<PhoneCall>.self,
            name: "getCall",
            summary: "Reads a call",
            tag: "Call centre",
            scope: Scope.callsRead.rawValue,
            takes: .nothing,
            returns: .record(PhoneCall.fields)
        ) { [calls] _, _, snapshot, id in
            try calls.find(id, in: snapshot)
        }
    }
}
