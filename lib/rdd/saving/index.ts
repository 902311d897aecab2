/** Everything that writes an RDD to files. */
import './save-as-object-file'
import './save-as-text-file'
