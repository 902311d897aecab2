/** Every kind of accumulator. */
import './collection-accumulator'
import './double-accumulator'
import './long-accumulator'
import './register'
