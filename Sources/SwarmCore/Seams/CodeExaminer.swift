/// Finds out about programs by parsing and running them where they can do no harm.
package protocol CodeExaminer: Sendable {
    /// Languages it can run, in lower case, as fences name them.
    var runnable: Set<String> { get }
    /// Languages whose syntax it can check, the runnable ones among them.
    var parsable: Set<String> { get }

    /// Examines every program of one ballot; what cannot be found out is left open in the evidence.
    ///
    /// Cancelling the task stops everything that runs.
    func examine(_ examination: CodeExamination) async -> CodeEvidence
}
