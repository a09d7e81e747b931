import CLlama

/// The threads that compute for the contexts of one engine thread.
///
/// Belongs to the engine thread. Pools are kept by size for as long as it lives: llama.cpp touches a replaced pool once more,
/// to pause it.
@safe final class ThreadPools {
    private var pools: [Int: ThreadPool] = [:]
    private(set) var count = 1
    private(set) var batchCount = 1

    /// How many threads decode single tokens, and how many several tokens at once.
    func use(threads count: Int, batchThreads batchCount: Int) {
        self.count = count
        self.batchCount = batchCount
    }

    /// Lets a context compute with these threads.
    func attach(to context: OpaquePointer) {
        unsafe llama_set_n_threads(context, Int32(count), Int32(batchCount))
        unsafe llama_attach_threadpool(context, pool(of: count).raw, pool(of: batchCount).raw)
    }

    private func pool(of count: Int) -> ThreadPool {
        if let pool = pools[count] { return pool }
        let pool = ThreadPool(count: count)
        pools[count] = pool
        return pool
    }
}

/// The threads that compute; they end with it.
@safe private final class ThreadPool {
    let raw: OpaquePointer?

    init(count: Int) {
        var parameters = ggml_threadpool_params_default(Int32(count))
        unsafe raw = unsafe ggml_threadpool_new(&parameters)
    }

    deinit { unsafe ggml_threadpool_free(raw) }
}
