// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on people and their presence.
package struct StaffRoutes {
    private let staff: StaffService
    private let handovers: HandoverService
    private let tokensChanged: @Sendable () -> Void

    package init(
        staff: StaffService,
        handovers: HandoverService,
        tokensChanged: @escaping @Sendable () -> Void
    ) {
        self.staff = staff
        self.handovers = handovers
        self.tokensChanged = tokensChanged
    }

    package var all: [APIRoute] {
        [create, list, me, find, change, presence, setPresence, handOver, leave]
    }

    private var create: APIRoute {
        .write(
            .post,
            "/v1/staff",
            name: "createStaffMember",
            summary: "Adds a person who works here",
            tag: "Staff",
            scope: Scope.staffWrite.rawValue,
            takes: .body(StaffDetails.fields),
            returns: .created(StaffMember.fields) { Subject(.staff, $0.id).path },
            problems: [.overlappingHours]
        ) { [staff] details, call, transaction in
            try staff.create(details, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/staff",
            name: "listStaff",
            summary: "Lists the people who work here",
            tag: "Staff",
            scope: Scope.staffRead.rawValue,
            Listing(
                filter: StaffFilter.fields,
                rows: StaffMember.fields,
                sorts: StaffSorting.allCases.map(\.rawValue)
            )
        ) { [staff] query, call, snapshot in
            try staff.list(query.0, query.1.request(), at: call.instant, in: snapshot).slice
        }
    }

    private var me: APIRoute {
        .read(
            .get,
            "/v1/staff/me",
            name: "getOwnStaffMember",
            summary: "Reads the person whom the token belongs to, if it is a person's",
            tag: "Staff",
            scope: Scope.staffRead.rawValue,
            takes: .nothing,
            returns: .record(StaffMember.fields),
            problems: [.notFound]
        ) { [staff] _, call, snapshot in
            let token = ID<Token>(rawValue: call.principal?.tokenID ?? 0)
            return try staff.owner(of: token, at: call.instant, in: snapshot)
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/staff/{staff}",
            ID<StaffMember>.self,
            name: "getStaffMember",
            summary: "Reads a person",
            tag: "Staff",
            scope: Scope.staffRead.rawValue,
            takes: .nothing,
            returns: .record(StaffMember.fields)
        ) { [staff] _, call, snapshot, id in
            try staff.find(id, at: call.instant, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/staff/{staff}",
            ID<StaffMember>.self,
            name: "changeStaffMember",
            summary: "Changes what is recorded of a person",
            tag: "Staff",
            scope: Scope.staffWrite.rawValue,
            fields: StaffDetails.fields,
            details: \.details,
            returns: StaffMember.fields,
            problems: [.overlappingHours, .leaderCycle, .notAllowedNow],
            find: { [staff] _, call, transaction, id in
                try staff.find(id, at: call.instant, in: transaction)
            },
            apply: { [staff] details, member, call, transaction in
                try staff.change(member, to: details, by: call.occasion, in: transaction)
            }
        )
    }

    private var presence: APIRoute {
        .read(
            .get,
            "/v1/staff/{staff}/presence",
            ID<StaffMember>.self,
            name: "getPresence",
            summary: "Tells whether a person can be spoken to",
            tag: "Staff",
            scope: Scope.staffRead.rawValue,
            takes: .nothing,
            returns: .record(StaffPresence.fields),
            problems: [.unknownPerson]
        ) { [staff] _, call, snapshot, id in
            try staff.presence(of: id, at: call.instant, in: snapshot)
        }
    }

    private var setPresence: APIRoute {
        .write(
            .put,
            "/v1/staff/{staff}/presence",
            ID<StaffMember>.self,
            name: "setPresence",
            summary: "Says whether a person can be spoken to, and until when that counts",
            tag: "Staff",
            scope: Scope.presenceWrite.rawValue,
            takes: .body(NewPresence.fields),
            returns: .record(StaffPresence.fields),
            problems: [.unknownPerson]
        ) { [staff] new, call, transaction, id in
            // A tool may say it of anybody, a person of others only as one who looks after them.
            if try staff.isOther(than: id, ownerOf: call.tokenID, in: transaction) {
                try call.principal?.demand(Scope.staffWrite.rawValue)
            }
            return try staff.setPresence(of: id, to: new, by: call.occasion, in: transaction)
        }
    }

    private var handOver: APIRoute {
        .write(
            .post,
            "/v1/staff/{staff}/handover",
            ID<StaffMember>.self,
            name: "handOver",
            summary: "Gives everything that a person looks after to another",
            tag: "Staff",
            scope: Scope.staffWrite.rawValue,
            takes: .body(NewHandover.fields),
            returns: .record(Handover.fields)
        ) { [handovers] new, call, transaction, id in
            try handovers.handOver(from: id, new, by: call.occasion, in: transaction)
        }
    }

    private var leave: APIRoute {
        .write(
            .delete,
            "/v1/staff/{staff}",
            ID<StaffMember>.self,
            name: "archiveStaffMember",
            summary:
                "Archives a person who has left and handed everything over; tokens are revoked",
            tag: "Staff",
            scope: Scope.staffWrite.rawValue,
            takes: .nothing,
            returns: .noContent,
            problems: [.notAllowedNow, .preconditionFailed],
            honoursIfMatch: true,
            committed: tokensChanged
        ) { [staff, handovers] _, call, transaction, id in
            let member = try staff.find(id, at: call.instant, in: transaction)
            try call.demandMatch(member, StaffMember.fields)
            try handovers.leave(member, by: call.occasion, in: transaction)
        }
    }
}
