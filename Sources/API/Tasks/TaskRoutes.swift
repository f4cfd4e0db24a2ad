// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing

/// The operations on what people have to do.
package struct TaskRoutes {
    private static let tag = "Tasks"

    private let tasks: TaskService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called once a task is done or declined, and it is committed.
    package init(tasks: TaskService, wakeRunner: @escaping @Sendable () -> Void) {
        self.tasks = tasks
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [
            open, list, find, change,
            settle(.done, "done", "completeTask", "Records that a task is done", TaskNote.fields),
            settle(
                .declined,
                "decline",
                "declineTask",
                "Records that a task is not going to be done, and why",
                TaskNote.required
            ),
        ]
    }

    private var open: APIRoute {
        .write(
            .post,
            "/v1/tasks",
            name: "openTask",
            summary: "Opens a task about a customer, or a record of one",
            tag: Self.tag,
            scope: Scope.tasksWrite.rawValue,
            takes: .body(NewTask.fields),
            returns: .created(StaffTask.fields) { Subject(.task, $0.id).path },
            problems: [.duplicate]
        ) { [tasks] new, call, transaction in
            try tasks.add(new, from: call.tokenID, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/tasks",
            name: "listTasks",
            summary: "Lists what people have to do",
            tag: Self.tag,
            scope: Scope.tasksRead.rawValue,
            Listing(
                filter: TaskFilter.fields,
                rows: StaffTask.fields,
                sorts: TaskSorting.allCases.map(\.rawValue)
            )
        ) { [tasks] query, call, snapshot in
            let me = try tasks.person(of: call.tokenID, in: snapshot)
            if case .me? = query.0.assignee, me == nil {
                throw Problem(parameter: "assigneeId", "the token belongs to nobody")
            }
            return try tasks.list(
                query.0,
                query.1.request(),
                for: me,
                at: call.instant,
                in: snapshot
            ).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/tasks/{task}",
            ID<StaffTask>.self,
            name: "getTask",
            summary: "Reads a task",
            tag: Self.tag,
            scope: Scope.tasksRead.rawValue,
            takes: .nothing,
            returns: .record(StaffTask.fields)
        ) { [tasks] _, _, snapshot, id in
            try tasks.find(id, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/tasks/{task}",
            ID<StaffTask>.self,
            name: "changeTask",
            summary: "Says otherwise who does a task, by when, and why",
            tag: Self.tag,
            scope: Scope.tasksWrite.rawValue,
            fields: TaskDetails.fields,
            details: \.details,
            returns: StaffTask.fields,
            problems: [.notAllowedNow],
            find: { [tasks] _, _, transaction, id in try tasks.find(id, in: transaction) },
            apply: { [tasks] details, task, call, transaction in
                try tasks.change(task, to: details, by: call.occasion, in: transaction)
            }
        )
    }

    private func settle(
        _ status: StaffTask.Status,
        _ action: String,
        _ name: String,
        _ summary: String,
        _ fields: Fields<TaskNote>
    ) -> APIRoute {
        .write(
            .post,
            "/v1/tasks/{task}/\(action)",
            ID<StaffTask>.self,
            name: name,
            summary: summary,
            tag: Self.tag,
            scope: Scope.tasksWrite.rawValue,
            takes: .body(fields),
            returns: .record(StaffTask.fields),
            problems: [.notAllowedNow, .preconditionFailed],
            honoursIfMatch: true,
            committed: wakeRunner
        ) { [tasks] note, call, transaction, id in
            let task = try tasks.find(id, in: transaction)
            try call.demandMatch(task, StaffTask.fields)
            return try tasks.settle(
                task,
                as: status,
                note: note.note,
                by: call.occasion,
                in: transaction
            )
        }
    }
}
